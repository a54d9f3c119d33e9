// Package console is the frame of the staff's pages, /console: who comes in and what
// they may, forms that act once, pages that stay as things are now. What a page shows
// lives in a package beside this one, which gives its Section to New; its looks are
// made of the pieces of package ui.
package console
