package locales

// Size prints how large a file is, rounded up: 12 КБ, 3 МБ.
func (p *Printer) Size(bytes int64) string {
	const kilobyte, megabyte = 1 << 10, 1 << 20
	if bytes > megabyte-kilobyte {
		return p.Text("format.megabytes", Args{"n": Count((bytes + megabyte - 1) / megabyte)})
	}
	return p.Text("format.kilobytes", Args{"n": Count((bytes + kilobyte - 1) / kilobyte)})
}
