// Package templates holds programme folders to begin with, for a brand, a mall
// and a chain of shops. Each is laid over what they have in common.
package templates
