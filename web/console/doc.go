// Package console is the frame of the staff's pages, /console: who comes in and what
// they may, forms that act once, pages that stay as things are now. What a page shows
// lives in a package beside this one, which gives its Section to New; its looks are
// made of the pieces of package ui.
//
// A route says who may open it, and serves a Visit: By is who visits, Show answers with a
// page, Once carries a form out. A piece that changes by itself stands in ui.Watched and
// has a Topic; the page ends with ui.Live. Package consoletest stages all this for tests.
package console
