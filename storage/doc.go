// Package storage opens PostgreSQL and gives the verbs the rest of the house
// uses: InTx, InTwoTrips, Batch, Collect and error kinds. The schema lives in
// migrations, the private server in embedded, test databases in storagetest.
//
// SQL about a noun does not live here but in that noun's store.go.
package storage
