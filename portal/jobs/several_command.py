"""``several``: commands one after another in one process, because loading the portal takes longer than most of them."""

import json
import sys
from contextlib import redirect_stdout
from io import StringIO

import click
from flask import current_app


@click.command()
@click.pass_context
def several(context: click.Context) -> None:
    """Run the commands on standard input, a JSON list of words a line; tell what each printed as a JSON text a line.

    The first one that fails is the last; its errors go where errors go.
    """
    answers = sys.stdout
    with redirect_stdout(sys.stderr):
        for line in sys.stdin:
            said = StringIO()
            ended: object = True
            try:
                with redirect_stdout(said):
                    ended = current_app.cli.main(json.loads(line), "flask", standalone_mode=False, obj=context.obj)
            finally:
                if ended:
                    click.echo(said.getvalue(), err=True)
            if ended:
                context.exit(1)
            answers.write(f"{json.dumps(said.getvalue().strip())}\n")
            answers.flush()
