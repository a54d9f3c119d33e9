// Package team is the page where an owner looks after the staff: who works here and as
// what, links that let them in, who is kept out. It decides nothing: core/staff does.
package team
