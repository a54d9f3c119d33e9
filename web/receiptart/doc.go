// Package receiptart draws the pictures that people try a demonstration with:
// receipts as a till prints them, with a real QR, and a pizza.
package receiptart
