// Package intake makes members of a list of people: a table that the organiser has, with what
// those in it agreed to, and on what ground.
//
// A list is looked at before anything else is done: each line is somebody new, somebody known,
// doubtful or refused, and nothing is written of members. Then it runs, in batches of one
// transaction each, from where whoever did it before has come to, in whatever process. Of who
// is known nothing is overwritten; what is empty is filled in. Doubtful lines are left to
// people. Lines are sealed under the list's own key, and gone as soon as they are done with.
package intake
