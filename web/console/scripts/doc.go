// Package scripts is the console's section in which the staff write scripts: the
// author's page over drafts kept in the database, publishing with a reason, what was
// published when and by whom, and the way back.
package scripts
