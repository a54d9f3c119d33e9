// Package ui is the design system of the staff's pages, called «Касса»: the calm of a
// well-printed receipt, and numbers for heroes. A piece is a templ component that takes
// what it shows and the View of its reader; its styles are in web/src/css/console.css.
// The page /console/ui shows each of them.
package ui
