"""HTTP app for accounts, sessions and invitations: everything below /api but the stream call."""

from matinee import cold_start  # isort: skip

from functions.sessions import account_routes, docs_routes, session_routes
from matinee.http import make_app, make_lambda_handler

app = make_app("Matinee", [account_routes.router, session_routes.router, docs_routes.router])
lambda_handler = make_lambda_handler(app)
cold_start.over()
