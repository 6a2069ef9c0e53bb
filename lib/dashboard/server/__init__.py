"""What serves the pages: Voilà, with sign-in, and sessions that end with their page.

- `sessions`: how many visits there may be at once, and when each of them ends;
- `kernels`: the processes behind them, which are told who visits;
- `forking`: how these are started, warm, from `lib.dashboard.kernel_parent`;
- `identity`, `signing`: who is there, and how they sign in and out, with `lib.dashboard.accounts`;
- `handlers`: what a browser and a kernel ask for;
- `app.Dashboard`: Voilà with these in the places of its own.

The kernels import nothing of this folder: it would bring the whole server into each of them.
"""
