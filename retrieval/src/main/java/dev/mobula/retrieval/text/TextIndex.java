package dev.mobula.retrieval.text;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.LockObtainFailedException;
import org.apache.lucene.store.MMapDirectory;

/// The texts of items, searched by words and ranked by BM25.
///
/// The words of a query are words and nothing else: no operator in them has a meaning. A change is found after the next
/// [#refresh]. The index is derived: [#commit] stores with it the position of the change stream it stands at, and after
/// a crash it is brought up to date from there. All methods may be called from any thread.
public final class TextIndex implements AutoCloseable {
    /// Words of a query beyond this many are left out.
    public static final int QUERY_WORDS_MAX = 32;

    /// The longest text, in characters.
    public static final int TEXT_CHARS_MAX = 1 << 20;

    private static final String ID = "id";
    private static final String TEXT = "text";
    private static final String POSITION = "position";

    /// Something Lucene does that may fail.
    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    private final Directory directory;
    private final Analyzer analyzer;
    private final IndexWriter writer;
    private final SearcherManager searchers;

    private TextIndex(Directory directory) throws IOException {
        this.directory = directory;
        this.analyzer = new StandardAnalyzer();
        this.writer = new IndexWriter(directory, new IndexWriterConfig(analyzer));
        this.searchers = new SearcherManager(writer, null);
    }

    /// An index in memory, gone when it is closed.
    public static TextIndex inMemory() {
        return attempt("create", () -> new TextIndex(new ByteBuffersDirectory()));
    }

    /// The index in this folder, empty when there is none.
    public static TextIndex open(Path folder) {
        return attempt(
                "open " + folder,
                () -> {
                    Directory directory = new MMapDirectory(folder);
                    try {
                        return new TextIndex(directory);
                    } catch (IOException | RuntimeException e) {
                        directory.close();
                        throw e;
                    }
                });
    }

    /// Stores the text of an item, in place of an older one.
    public void put(long item, String text) {
        if (text.length() > TEXT_CHARS_MAX) {
            throw invalid("text length", text.length(), "must be at most " + TEXT_CHARS_MAX);
        }
        Document document = new Document();
        document.add(new StringField(ID, Long.toString(item), Field.Store.NO));
        document.add(new NumericDocValuesField(ID, item));
        document.add(new TextField(TEXT, text, Field.Store.NO));
        attempt("put item " + item, () -> writer.updateDocument(term(item), document));
    }

    /// Removes the text of an item.
    public void delete(long item) {
        attempt("delete item " + item, () -> writer.deleteDocuments(term(item)));
    }

    private static Term term(long item) {
        return new Term(ID, Long.toString(item));
    }

    /// Makes every change up to now visible to searches.
    public void refresh() {
        attempt(
                "refresh",
                () -> {
                    searchers.maybeRefreshBlocking();
                    return true;
                });
    }

    /// Makes every change up to now durable, and with it the position of the change stream it stands at.
    public void commit(long position) {
        attempt(
                "commit at " + position,
                () -> {
                    writer.setLiveCommitData(Map.of(POSITION, Long.toString(position)).entrySet());
                    return writer.commit();
                });
    }

    /// The position of the last commit, 0 when there was none.
    public long position() {
        Iterable<Map.Entry<String, String>> committed = writer.getLiveCommitData();
        if (committed != null) {
            Iterator<Map.Entry<String, String>> entries = committed.iterator();
            while (entries.hasNext()) {
                Map.Entry<String, String> entry = entries.next();
                if (entry.getKey().equals(POSITION)) {
                    return Long.parseLong(entry.getValue());
                }
            }
        }
        return 0;
    }

    /// Fills ids and scores with the k best matches of any of the words, best first, and returns how many there are.
    public int search(String words, int k, long[] ids, float[] scores) {
        if (k < 1 || k > ids.length || k > scores.length) {
            throw invalid("k", k, "must be 1.." + Math.min(ids.length, scores.length));
        }
        return attempt(
                "search",
                () -> {
                    Query query = query(words);
                    IndexSearcher searcher = searchers.acquire();
                    try {
                        ScoreDoc[] hits = searcher.search(query, k).scoreDocs;
                        for (int i = 0; i < hits.length; i++) {
                            ids[i] = id(searcher, hits[i].doc);
                            scores[i] = hits[i].score;
                        }
                        return hits.length;
                    } finally {
                        searchers.release(searcher);
                    }
                });
    }

    private static long id(IndexSearcher searcher, int document) throws IOException {
        var leaves = searcher.getIndexReader().leaves();
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
        NumericDocValues ids = leaf.reader().getNumericDocValues(ID);
        if (ids == null || !ids.advanceExact(document - leaf.docBase)) {
            throw RetrievalException.corrupt("text index: document " + document + " has no id");
        }
        return ids.longValue();
    }

    private Query query(String words) throws IOException {
        BooleanQuery.Builder query = new BooleanQuery.Builder();
        try (TokenStream tokens = analyzer.tokenStream(TEXT, words)) {
            CharTermAttribute token = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            for (int i = 0; i < QUERY_WORDS_MAX && tokens.incrementToken(); i++) {
                query.add(
                        new TermQuery(new Term(TEXT, token.toString())),
                        BooleanClause.Occur.SHOULD);
            }
        }
        return query.build();
    }

    private static <T> T attempt(String what, Action<T> action) {
        try {
            return action.run();
        } catch (CorruptIndexException e) {
            throw new RetrievalException(Code.CORRUPT, "text index: " + what + ": " + e, e);
        } catch (LockObtainFailedException e) {
            throw new RetrievalException(Code.BUSY, "text index: " + what + ": " + e, e);
        } catch (AlreadyClosedException e) {
            throw new RetrievalException(Code.CLOSED, "text index is closed: " + what, e);
        } catch (IOException e) {
            throw new RetrievalException(Code.IO, "text index: " + what + ": " + e, e);
        }
    }

    /// Closes without a commit: what was not committed is derived again.
    @Override
    public void close() {
        attempt(
                "close",
                () -> {
                    searchers.close();
                    writer.rollback();
                    analyzer.close();
                    directory.close();
                    return true;
                });
    }
}
