"""TF-IDF and logistic regression of scikit-learn, driven line by line by `./mobula bench safety --peer`.

Started with a file of texts and labels, fits what a good notebook would: characters 2 to 5 within words and words 1 to 2,
sublinear counts, prints {"auc", "version"}, and answers each line `single` or `batch` with the seconds of processor time
per text. An empty line or the end of input ends it.
"""

import json
import sys
import time

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline, make_union

SINGLES = 300


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        texts = json.load(file)
    model = make_pipeline(
        make_union(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        ),
        LogisticRegression(C=4, class_weight="balanced", solver="liblinear"),
    )
    model.fit(texts["train"], texts["train_labels"])
    scores = model.predict_proba(texts["test"])[:, 1]
    auc = roc_auc_score(texts["test_labels"], scores)
    print(json.dumps({"auc": auc, "version": sklearn.__version__}), flush=True)
    for line in sys.stdin:
        kind = line.strip()
        if not kind:
            break
        start = time.process_time()
        if kind == "batch":
            model.predict_proba(texts["test"])
            count = len(texts["test"])
        else:
            count = min(SINGLES, len(texts["test"]))
            for text in texts["test"][:count]:
                model.predict_proba([text])
        print(json.dumps({"seconds": (time.process_time() - start) / count}), flush=True)


main()
