"""The product whole, as people meet it: in a browser, at the command line, over the wire."""
