// Package release keeps programmes as they were published. A release maps
// paths to contents by hash and never changes; a publication is the event that
// makes a release the current one, so rolling back is publishing an older one.
//
// What the files mean is the business of package flows.
package release
