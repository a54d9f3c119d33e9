// Package webhooks is the page where an owner connects other systems: who is told what
// happens in conversations, and how that goes. It decides nothing: core/hook does.
package webhooks
