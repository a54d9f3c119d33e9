// Package sms sends SMS by the HTTP API of SMSC.ru, smsc.ru/api/http. The id of a message
// is ours, so that after a lost answer the provider can be asked whether it has it.
package sms
