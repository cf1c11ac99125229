"""A post's body: from markup to lines, pictures and players, and what each of them is for."""
