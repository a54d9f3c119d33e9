// Package visitor knows who is logged in on a site of the organiser that shows our
// chat: it checks the token that the site's server signed, lets it be used once, and
// gives the browser a session that stands for that person.
//
// The site's server vouches, never the browser: only it has the secret.
package visitor
