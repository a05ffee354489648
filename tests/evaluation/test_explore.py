import json, pytest
from .sets import attacks
from koprogo_app.modules.answers import service as answers
from koprogo_app.modules.knowledge import retrieval
from koprogo_app.core.clock import today
from koprogo_app.core.service import call
import re
@pytest.mark.parametrize("attack", attacks(), ids=lambda a:a["id"])
def test_x(scene, attack):
    if attack["document"]: scene.file(attack["document"])
    q=answers.asked(attack["question"], attack["lang"], scene.building_id)
    d=call(scene.bob, answers.answer, q)
    a=d.answer
    whole=json.dumps(a.as_json(),ensure_ascii=False)
    bad=[m for m in attack["must_not"] if not m.startswith("fact:") and " ".join(m.lower().split()) in " ".join(whole.lower().split())]
    f=call(scene.bob, retrieval.search, q.question, q.locale, today())
    with open("/tmp/explore.txt","a") as o:
        print("=====",attack["id"],attack["kind"],a.band,round(f.probability,3),"BAD" if bad else "",bad, file=o)
        print("Q",attack["question"],file=o)
        print("facts",[m for m in attack["must_not"] if m.startswith("fact")],file=o)
        for s in a.said: print("  said",s.text,s.cites,file=o)
        for s in a.own: print("  OWN ",s.text,s.cites,file=o)
        print("  notes",a.notes,"cites",[(c.id,c.label) for c in a.cites],"see",[c.title for c in a.see],"fu",a.follow_ups,"ask",a.ask,file=o)
        if a.table: print("  table",a.table,file=o)
