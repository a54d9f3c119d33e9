// Package vk speaks for a community of VK by its API, dev.vk.com/ru/reference and
// dev.vk.com/ru/api/bots: messages go out with a random_id, by which VK drops
// repetitions; events come by the Callback API or by Bots Long Poll.
//
// The token travels in the body of a request, never in an address.
package vk
