package main

import "strings"

// licences are told by phrases of their texts.
var licences = []struct {
	spdx string
	has  []string
	not  string // a phrase of a longer licence that contains this one
}{
	{spdx: "Apache-2.0", has: []string{"Apache License", "Version 2.0"}},
	{spdx: "GPL-3.0", has: []string{"GNU GENERAL PUBLIC LICENSE", "Version 3, 29 June 2007"}},
	{spdx: "MPL-2.0", has: []string{"Mozilla Public License", "2.0"}},
	{spdx: "BSD-3-Clause", has: []string{"Redistribution and use in source and binary forms", endorse}},
	{spdx: "BSD-2-Clause", has: []string{"Redistribution and use in source and binary forms"}, not: endorse},
	{spdx: "ISC", has: []string{"Permission to use, copy, modify, and", "distribute this software"}},
	{spdx: "MIT", has: []string{"Permission is hereby granted, free of charge", "The above copyright notice and this permission notice"}},
	{spdx: "MIT-0", has: []string{"MIT No Attribution", "Permission is hereby granted, free of charge"}, not: "The above copyright notice and this permission notice"},
}

const endorse = "to endorse or promote products"

// identify gives the SPDX id (spdx.org/licenses) of a licence's text, with AND
// when the text holds several; "" when it holds none that we know.
func identify(text []byte) string {
	words := strings.Join(strings.Fields(string(text)), " ")
	var found []string
	for _, l := range licences {
		if holds(words, l.has) && (l.not == "" || !strings.Contains(words, l.not)) {
			found = append(found, l.spdx)
		}
	}
	return strings.Join(found, " AND ")
}

func holds(text string, phrases []string) bool {
	for _, p := range phrases {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}
