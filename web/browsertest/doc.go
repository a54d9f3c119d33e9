// Package browsertest drives pages in a real browser for tests: Debian's
// Chromium through chromedp, with axe-core to check what people with
// assistive technology meet.
package browsertest
