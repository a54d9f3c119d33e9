// Package access lets the staff in on the pages: sessions, passkeys, passwords with
// codes of an app, and the links that invite people. Whatever is asked in somebody's
// name is answered alike whether the name exists or not, and every act is in the audit
// log, in the transaction that does it.
package access
