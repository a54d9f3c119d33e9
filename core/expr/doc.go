// Package expr is the one expression language of Besedka: conditions of
// scripts, segments and campaigns, such as
//
//	receipt.total >= 300 and city in ["Казань", "Самара"]
//
// Programs are checked against a Scope when they are compiled and evaluated
// with exact arithmetic: whole numbers and rationals, no float. A number
// beside money is rubles, beside points it is points, and a quoted
// "2026-05-03" beside a date is that date.
//
// A fact nobody knows, and a division by zero, is an unknown Value. As in
// SQL, what is computed from it is unknown too, `and` and `or` decide when
// one side is enough, and a condition that ends unknown does not hold.
// known(fact) asks.
//
// A category stands in a branch of the tree when it is that branch or below:
//
//	category in "dairy.yogurt"
//
// floor(x) is the whole number of rubles, bonuses or pieces in x, and
// condition ? one : another takes one of two.
//
// Problems: L111 syntax, L112 unknown name, L113 unknown function, L114 kinds
// that do not fit, L115 a literal that cannot be read, L116 something the
// syntax knows and this language leaves out. L112 is also a text that the fact
// beside it never is.
package expr
