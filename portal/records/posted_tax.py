"""The tax in a cost: frozen on its entry, and told of once for each entry, with the sign of what was booked."""

# About the posting ``p`` of the entry ``e``, in minor units. An entry may book a gift beside what was paid; the gift
# comes second, and has no tax.
TAX_OF_POSTING = """CASE
    WHEN p.account = 'remedy_cost' AND e.dimensions ? 'tax_minor' AND e.occasion <> 'replacement_sent'
      AND p.id = (SELECT min(q.id) FROM journal_postings AS q WHERE q.entry_id = e.id AND q.account = 'remedy_cost')
    THEN sign(p.amount_minor)::bigint * (e.dimensions ->> 'tax_minor')::bigint ELSE 0 END"""
