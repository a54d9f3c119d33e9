// Package today is the organiser's page: the day so far, live, without a word of
// anybody, and a pause for each campaign.
package today
