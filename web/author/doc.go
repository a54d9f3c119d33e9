// Package author is the page that scripts are written on: the files of a
// programme folder with what the check finds in them, a chat on the same
// engine, the graph, the tests, publishing. It serves one person on their own
// machine: whoever knows the token in the link may change the folder. Files
// change on disk only, so any other editor works beside it, and so do several
// tabs. Within another site it stands over any Store, for the people whom that
// site has let in.
package author
