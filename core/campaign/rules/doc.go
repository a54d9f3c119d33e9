// Package rules reads campaigns' files and decides, exactly and always the same
// way, what a receipt brings under them and why. It is given the Facts and the
// time, and returns Decisions; gathering facts, choosing the version of a
// campaign and applying decisions are done elsewhere.
//
// The order of a decision: the period, days and windows, the experiment and the
// audience; the lines that goods takes; the conditions; the frequency; what
// limits leave; the rewards, each computed exactly, rounded down once and shared
// over its lines; and last, which campaign of a group gives. All is looked at,
// so that the trace tells everything that was not met.
//
// Problems: L601 the id, L602 the period, L603 the percentage, L604 the time
// to live, L605 an audience that nobody can tell, L606 a pool of two rewards, L607 a
// limit by stores without any, L610 a condition that never holds, L611 days and hours, L612 a
// formula, L613 a reward, L614 a limit, L615 a group, L616 an experiment, L617 a
// name that the programme does not have.
package rules
