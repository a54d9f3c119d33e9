package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"besedka/web/sse"
)

func (s *server) metrics() http.Handler {
	return promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{})
}

// measured counts requests by route (the pattern, never the address, so that
// nobody's id becomes a label) and times those that are not streams.
func (s *server) measured(next http.Handler) (http.Handler, error) {
	count := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "besedka_http_requests_total", Help: "Requests answered.",
	}, []string{"route", "code"})
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "besedka_http_request_seconds", Help: "Time to answer, without streams.",
		Buckets: []float64{0.001, 0.005, 0.02, 0.1, 0.5, 2, 10},
	}, []string{"route"})
	for _, c := range []prometheus.Collector{count, took} {
		if err := s.Registry.Register(c); err != nil {
			return nil, err
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		count.WithLabelValues(r.Pattern, strconv.Itoa(seen.status)).Inc()
		if w.Header().Get("Content-Type") != sse.ContentType {
			took.WithLabelValues(r.Pattern).Observe(time.Since(began).Seconds())
		}
	}), nil
}

// statusWriter remembers the status that was sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
