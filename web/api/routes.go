package api

import (
	"context"
	"net/http"

	"besedka/core/staff"
	"besedka/storage"
)

// routes is every address of the API, with the permission it asks for.
var routes = []route{
	read("/members/{id}", staff.ReadMembers, (*api).getMember),
	read("/reviews", staff.ReviewReceipts, (*api).listReviews),
	read("/conversations", staff.Converse, (*api).listHeld),
	write("/conversations/{id}/give-back", staff.Converse, (*api).giveBack),
	write("/receipts", staff.RegisterReceipts, (*api).registerReceipt),
	write("/receipts/{id}/decision", staff.ReviewReceipts, (*api).decideReceipt),
}

// route is one address. Exactly one of read and write is set.
type route struct {
	method, path string
	permission   staff.Permission
	read         func(a *api, c call) (any, error)
	write        func(a *api, c call) (act, error)
}

// act is what a mutation does, in the transaction that also keeps its answer.
type act func(ctx context.Context, tx storage.Tx) (any, error)

// read is a GET that changes nothing.
func read(path string, p staff.Permission, serve func(a *api, c call) (any, error)) route {
	return route{method: http.MethodGet, path: path, permission: p, read: serve}
}

// write is a POST: prepare reads the request and looks up what it names, and
// the act it returns is done once for each Idempotency-Key.
func write(path string, p staff.Permission, prepare func(a *api, c call) (act, error)) route {
	return route{method: http.MethodPost, path: path, permission: p, write: prepare}
}
