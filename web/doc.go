// Package web is the HTTP face of Besedka: the campaign page and the rules, the
// shopper's chat, the demonstration, health and metrics. Pages are templ
// components, one file an action; routes.go lists every address. What a page
// shows or does beyond HTTP is given in Deps: no SQL and no rules live here.
package web
