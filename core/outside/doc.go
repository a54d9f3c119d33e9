// Package outside makes HTTP clients for addresses that others have told us: services
// that programmes ask, webhooks that help desks want. They go where they are let, at
// every dial, and nowhere else.
package outside
