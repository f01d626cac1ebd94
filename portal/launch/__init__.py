"""Start everything on one machine: the embedded database, migrations, demonstration, sandbox, web and worker."""
