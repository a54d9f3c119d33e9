// Package report counts a day for those who may see no person: an organiser's page,
// answer and file. It gives out no count of people but one made by Split, so nobody who
// shows it has to think of hiding.
package report
