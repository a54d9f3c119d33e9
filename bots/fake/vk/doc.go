// Package vk is VK on loopback, as a community's bot sees it: the API, the Callback
// API and Bots Long Poll as they are on the wire, with people who write to the
// community and faults on demand.
//
// It keeps VK's own rules: errors come with status 200, what is sent again under one
// random_id is sent once, a Long Poll key expires, keyboards have their limits, an
// event is posted until the answer is a plain «ok».
package vk
