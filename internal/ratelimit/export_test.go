package ratelimit

// Callers returns how many callers are remembered.
func (l *Limiter) Callers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.callers)
}

// Names returns how many names are remembered.
func (b *Budget) Names() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buckets.Len()
}
