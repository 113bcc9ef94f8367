"""The tutor: the daily loop on the sample desk, step by step; a step is done when the desk or the screen says so."""
