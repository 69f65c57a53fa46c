package cache

import "github.com/hashicorp/golang-lru/v2/simplelru"

// owner is what is kept of one owner.
type owner[O, K comparable, V any] struct {
	id    O
	lru   *simplelru.LRU[K, costed[V]]
	cost  int64
	index int // in the ranking
}

// ranking is a heap of owners, who has most first.
type ranking[O, K comparable, V any] []*owner[O, K, V]

// Len implements heap.Interface.
func (r ranking[O, K, V]) Len() int { return len(r) }

// Less implements heap.Interface. What costs nothing counts by its number.
func (r ranking[O, K, V]) Less(i, j int) bool {
	if r[i].cost != r[j].cost {
		return r[i].cost > r[j].cost
	}
	return r[i].lru.Len() > r[j].lru.Len()
}

// Swap implements heap.Interface.
func (r ranking[O, K, V]) Swap(i, j int) {
	r[i], r[j] = r[j], r[i]
	r[i].index, r[j].index = i, j
}

// Push implements heap.Interface.
func (r *ranking[O, K, V]) Push(x any) {
	o := x.(*owner[O, K, V])
	o.index = len(*r)
	*r = append(*r, o)
}

// Pop implements heap.Interface.
func (r *ranking[O, K, V]) Pop() any {
	old := *r
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*r = old[:len(old)-1]
	return last
}
