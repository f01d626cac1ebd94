"""What every front needs: access marks, errors, language, security. No front is known here."""
