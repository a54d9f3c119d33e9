// Package member knows who is who: members, the subjects they speak as (one
// peer in one channel), what they answered, their phones, and the joining of
// two chats into one member once one person has shown control of both.
//
// Direct identifiers are sealed (core/seal); what the numbers mean is the
// business of core/ledger, what was agreed to that of core/consent.
package member
