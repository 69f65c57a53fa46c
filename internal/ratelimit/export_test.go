package ratelimit

// Callers returns how many callers are remembered.
func (l *Limiter) Callers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.callers)
}

// Names returns under how many names attempts are counted.
func (a *Attempts) Names() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.buckets)
}
