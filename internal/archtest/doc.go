// Package archtest holds the one-way rule of the house as a test:
// cmd > app > <room>web > <room> > kernel, and <room>web > web/ui.
package archtest
