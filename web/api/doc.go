// Package api is /api/v1: JSON for the programs of named staff. routes.go is
// the one table of what there is and who may call it; openapi.json describes
// the same to its readers, and a test holds the two together.
package api
