// Command licences gathers what is inside the binary, with the texts of its
// licences, into the file that `besedka licences` prints. Run it from the
// module's root after npm ci in web, whenever a dependency changes:
//
//	go run ./tools/licences
package main
