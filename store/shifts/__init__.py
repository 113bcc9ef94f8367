"""Working time: shifts, time on tickets, handovers, green lights, problems, the rota, and reports on all of it."""
