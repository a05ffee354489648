import time
import numpy as np
from conftest import *
from modules.passages.conftest import *
from koprogo_app.core.service import call
from koprogo_app.core.db import everywhere
from koprogo_app.modules.passages import service, upkeep
from koprogo_app.modules.passages.models import *
from koprogo_app.core.ids import uuid7
from sqlalchemy import insert, text

def test_bench(alice, building, quotable):
    d = quotable("R", "Art. 1. Les chiens sont admis dans l'immeuble.")
    r = reading_of(d)
    rng = np.random.default_rng(1)
    words = ["chien","hall","ascenseur","toiture","syndic","budget","lot","compte","porte","cave","velo","bruit"]
    N = 10000
    rows = [{"id": uuid7(), "organization_id": r.organization_id, "building_id": r.building_id, "reading_id": r.id, "number": n+2, "page": 1, "clause": f"Art. {n}", "lang": "fr",
      "content": " ".join(rng.choice(words, 120))} for n in range(N)]
    with everywhere() as s:
        s.execute(insert(Passage), rows)
        s.execute(upkeep._TSV, {"reading": r.id})
        for m, dim in (("e5-small-q4", 384), ("use-multilingual-3", 512)):
            for k in range(0, N, 2000):
                s.execute(insert(PassageVector), [{"id": uuid7(), "organization_id": r.organization_id, "building_id": r.building_id, "passage_id": x["id"], "embed_model": m, "embedding": rng.normal(size=dim).astype(np.float32)} for x in rows[k:k+2000]])
    for _ in range(3):
        t = time.time(); f = call(alice, service.search, "Puis-je avoir un chien dans le hall près de l'ascenseur ?", "fr", None); print("SEARCH", time.time()-t, len(f))
    t = time.time(); call(alice, service.remove, d.id); print("REMOVE", time.time()-t)
    assert 0
