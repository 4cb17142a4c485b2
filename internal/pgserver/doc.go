// Package pgserver starts and looks after the private PostgreSQL of an installation without YIGAI_DATABASE_URL.
//
// The database lives in <data folder>/pg, listens on a unix socket inside that folder (mode 0700, no password, no
// port) and runs as a direct child of the process that owns it. One process owns it at a time:
//
//   - serve (Start) owns it, restarts it when it dies and stops it at the end; a second serve is refused;
//   - a command (Join) is the guest of whoever owns it, or owns it for its own duration;
//   - a serve that meets a command waits a few seconds, then is its guest and takes over when the command ends.
//
// Three locked files in <data folder>/lock say who is who: serve, owner and guests. A folder made by another major
// version of PostgreSQL is never opened, and a folder that is not empty is never initialised.
// Why this is our own code: docs/decisions/0002-own-postgresql-supervisor.md.
package pgserver
