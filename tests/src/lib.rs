//! Support for tests that tie several crates together: throw-away databases, fixtures, the fake clock.
