"""Walking routes: demand, network, solver, plan, exports."""
