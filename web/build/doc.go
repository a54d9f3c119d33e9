// Command build bundles the styles and scripts of web/src with the npm
// packages they import into web/dist, from where the server embeds them. Run
// it from the module's root after npm ci: go run ./web/build
package main
