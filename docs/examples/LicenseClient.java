import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client of the license server that needs only a JDK, 17 or newer.
 *
 * <pre>
 * java LicenseClient.java request METHOD PATH [BODY]            signs a request and sends it
 * java LicenseClient.java refresh RECORD.json [now|production]  refreshes a key: when due, at once, or to promote a dev site
 * java LicenseClient.java verify ROOT.json < KEY                verifies a site key or an enterprise key offline
 * java LicenseClient.java verify ROOT.json NONCE AUDIENCE JTI SUB < VERDICT
 * </pre>
 *
 * BODY with a key in it: -, and on standard input, because every user of the machine can read the arguments of a program. ROOT.json is the
 * vendor's Root, a JWK, or a list of them during its rotation.
 *
 * The environment is that of signed-request.sh: LICENSE_SERVER_URL, LICENSE_SERVER_KEY, LICENSE_SERVER_KEYID, LICENSE_SERVER_CLOCK_AHEAD,
 * LICENSE_SERVER_TIMEOUT, IDEMPOTENCY_KEY; for `refresh` also LICENSE_SERVER_ROOT, a file with the pinned Root, or with a list of two during
 * its rotation. Exit code 0: done; 75: no answer, run it again; 1: refused.
 */
public final class LicenseClient {
  public static void main(String[] args) throws Exception {
    int code;
    try {
      code = run(List.of(args));
    } catch (ConfigurationException fault) {
      System.err.println(fault.getMessage());
      code = 1;
    }
    System.exit(code);
  }

  static int run(List<String> args) throws Exception {
    String command = args.isEmpty() ? "" : args.get(0);
    if (command.equals("request") && (args.size() == 3 || args.size() == 4)) return request(args.subList(1, args.size()));
    if (command.equals("refresh") && args.size() == 2) return Refresh.run(Path.of(args.get(1)), "");
    if (command.equals("refresh") && args.size() == 3 && Set.of("now", "production").contains(args.get(2)))
      return Refresh.run(Path.of(args.get(1)), args.get(2));
    if (command.equals("verify") && (args.size() == 2 || args.size() == 6)) return verify(args.subList(1, args.size()));
    System.err.println("usage: java LicenseClient.java request | refresh | verify …, see the head of this file");
    return 1;
  }

  static int request(List<String> args) throws Exception {
    String own = Objects.requireNonNullElse(System.getenv("IDEMPOTENCY_KEY"), "");
    String key = args.get(0).equals("GET") ? "" : own.isEmpty() ? UUID.randomUUID().toString() : own;
    String given = args.size() == 3 ? args.get(2) : "";
    String body = given.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : given;
    Requests.Answer answer = Requests.send(args.get(0), args.get(1), body, key, 0);
    System.out.println(answer.text());
    return answer.status() / 100 == 2 ? 0 : 1;
  }

  static int verify(List<String> args) throws IOException {
    List<Map<String, Object>> roots = Chain.readRoots(Path.of(args.get(0)));
    String token = new String(System.in.readAllBytes(), StandardCharsets.ISO_8859_1).replaceFirst("\n\\z", "");
    try {
      Map<String, Object> claims = args.size() == 1
          ? Chain.verifyKey(token, roots, Requests.now())
          : Chain.verifyVerdict(token, roots, Requests.now(), args.get(1), args.get(2), args.get(3), args.get(4));
      System.out.println(Json.write(claims));
      return 0;
    } catch (Refused refused) {
      System.err.println(refused.getMessage());
      return 1;
    }
  }

  /** A setting or a file of this machine is invalid; the message names it. */
  static final class ConfigurationException extends RuntimeException {
    ConfigurationException(String message) {
      super(message);
    }
  }

  /** An invalid token; the reason is one of docs/vectors. */
  static final class Refused extends RuntimeException {
    final String reason;

    Refused(String reason, String message) {
      super(reason + ": " + message);
      this.reason = reason;
    }
  }

  /** Signed requests: RFC 9421 with an Ed25519 or P-256 key. */
  static final class Requests {
    static final HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();

    /** Requests contain keys: remote servers require TLS, and the URL must not contain a password. */
    static final String serverUrl = "https://[^@/?#]+(/[^@?#]*)?|http://(localhost|127(\\.\\d+){3}|\\[::1\\])(:\\d+)?(/[^@?#]*)?";

    /** Limit of an answer. */
    static final int mostBytes = 10 << 20;

    record Answer(int status, String text) {}

    /** @param ahead corrects the clock @throws IOException if there was no answer */
    static Answer send(String method, String path, String body, String idempotencyKey, long ahead) throws Exception {
      String server = setting("LICENSE_SERVER_URL").replaceFirst("/$", "");
      if (!server.matches(serverUrl))
        throw new IllegalStateException("LICENSE_SERVER_URL must begin with https:// and hold no password; http:// is for this machine only.");
      String url = server + path;
      PrivateKey key = readKey(Files.readString(Path.of(setting("LICENSE_SERVER_KEY"))));
      String nonce = UUID.randomUUID().toString();
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
      headers(method, url, body, key, setting("LICENSE_SERVER_KEYID"), idempotencyKey, now() + ahead, nonce).forEach(request::header);
      request.method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
      // The timeout of a request covers its headers only: this one covers the whole answer.
      long seconds = Long.parseLong(Objects.requireNonNullElse(System.getenv("LICENSE_SERVER_TIMEOUT"), "30"));
      var answer = http.sendAsync(request.build(), Requests::asFarAsItMayBe);
      try {
        HttpResponse<String> response = answer.get(seconds, TimeUnit.SECONDS);
        if (response.statusCode() / 100 == 3) throw new IOException("The answer leads elsewhere.");
        return new Answer(response.statusCode(), response.body());
      } catch (ExecutionException | TimeoutException noAnswer) {
        answer.cancel(true);
        throw new IOException(noAnswer);
      }
    }

    /** Closes the connection of a longer answer. */
    static HttpResponse.BodySubscriber<String> asFarAsItMayBe(HttpResponse.ResponseInfo head) {
      var whole = HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
      return new HttpResponse.BodySubscriber<>() {
        private Flow.Subscription subscription;
        private long bytes;

        public CompletionStage<String> getBody() {
          return whole.getBody();
        }

        public void onSubscribe(Flow.Subscription own) {
          subscription = own;
          whole.onSubscribe(own);
        }

        public void onNext(List<ByteBuffer> parts) {
          bytes += parts.stream().mapToInt(ByteBuffer::remaining).sum();
          if (bytes <= mostBytes) {
            whole.onNext(parts);
            return;
          }
          subscription.cancel();
          whole.onError(new IOException("The answer has no end."));
        }

        public void onError(Throwable error) {
          whole.onError(error);
        }

        public void onComplete() {
          whole.onComplete();
        }
      };
    }

    /** Returns the headers of a signed request. @param idempotencyKey empty: none */
    static Map<String, String> headers(String method, String url, String body, PrivateKey key, String keyid, String idempotencyKey,
        long created, String nonce) throws GeneralSecurityException {
      Map<String, String> headers = new LinkedHashMap<>();
      if (!body.isEmpty()) {
        headers.put("content-type", "application/json");
        headers.put("content-digest", "sha-256=:" + Base64.getEncoder().encodeToString(sha256(body.getBytes(StandardCharsets.UTF_8))) + ":");
      }
      if (!idempotencyKey.isEmpty()) headers.put("idempotency-key", idempotencyKey);
      URI uri = URI.create(url);
      Map<String, String> components = new LinkedHashMap<>();
      components.put("@method", method);
      components.put("@authority", uri.getRawAuthority().toLowerCase(java.util.Locale.ROOT));
      components.put("@path", uri.getRawPath());
      components.put("@query", "?" + Objects.requireNonNullElse(uri.getRawQuery(), ""));
      components.putAll(headers);
      String names = components.keySet().stream().map(name -> '"' + name + '"').collect(Collectors.joining(" "));
      String alg = key.getAlgorithm().equals("EC") ? "ecdsa-p256-sha256" : "ed25519";
      String parameters = "(" + names + ");created=" + created + ";keyid=\"" + keyid + "\";nonce=\"" + nonce + "\";alg=\"" + alg
          + "\";tag=\"license-server-v1\"";
      // The signature base (RFC 9421 section 2.5): a line for each component, the parameters last, no newline at the end.
      StringBuilder base = new StringBuilder();
      components.forEach((name, value) -> base.append('"').append(name).append("\": ").append(value).append('\n'));
      base.append("\"@signature-params\": ").append(parameters);
      Signature signer = Signature.getInstance(alg.equals("ed25519") ? "Ed25519" : "SHA256withECDSAinP1363Format");
      signer.initSign(key);
      signer.update(base.toString().getBytes(StandardCharsets.UTF_8));
      headers.put("signature-input", "sig=" + parameters);
      headers.put("signature", "sig=:" + Base64.getEncoder().encodeToString(signer.sign()) + ":");
      return headers;
    }

    static PrivateKey readKey(String pem) throws GeneralSecurityException {
      byte[] der = Base64.getDecoder().decode(pem.replaceAll("-----[A-Z ]+-----|\\s", ""));
      try {
        return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException notEd25519) {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      }
    }

    static long now() {
      return Instant.now().getEpochSecond() + Long.parseLong(Objects.requireNonNullElse(System.getenv("LICENSE_SERVER_CLOCK_AHEAD"), "0"));
    }

    static String setting(String name) {
      String value = System.getenv(name);
      if (value == null || value.isEmpty()) throw new ConfigurationException(name + " is not set: export it (see the head of this file).");
      return value;
    }
  }

  /**
   * Refreshes a key such that neither a crash nor a lost answer locks the site out. The record is {"key": "…"}, readable by its owner only. During a
   * refresh it also contains the request: the Idempotency-Key is persisted before the request is sent, so that every later process repeats
   * the same request until it is answered. A lock serializes processes.
   */
  static final class Refresh {
    static final int attempts = 4;
    static final int tryAgain = 75;
    static final long hour = 3600, day = 86_400, mostSkewSeconds = 25 * hour;

    /** After these codes the request was not executed and never will be, so it is removed from the record. After any other code it is kept. */
    static final Set<String> finalCodes =
        Set.of("mode-required", "mode-not-allowed", "mode-not-downgradable", "invalid-request");

    static int run(Path path, String intent) throws Exception {
      // The lock is a separate file, because the record is replaced; it is released when the process ends.
      Path lock = Path.of(path + ".lock");
      try (FileChannel turn = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE); var held = turn.lock()) {
        return refresh(path, intent);
      } catch (Refused refused) {
        System.err.println("A key is not genuine, " + refused.getMessage() + ": is the pinned Root the right one?");
        return 1;
      }
    }

    static int refresh(Path path, String intent) throws Exception {
      List<Map<String, Object>> roots = Chain.readRoots(Path.of(Requests.setting("LICENSE_SERVER_ROOT")));
      for (String file : List.of(path.toString(), Requests.setting("LICENSE_SERVER_KEY"))) assertPrivate(Path.of(file));
      Map<String, Object> record = Json.object(Json.parse(Files.readString(path)));
      String key = (String) record.get("key");
      Map<String, Object> claims = Chain.verifyKey(key, roots, Chain.OWN_EXPIRY);
      if (!record.containsKey("refreshing")) {
        if (intent.isEmpty() && Requests.now() < dueAt(claims)) return 0;
        record.putIfAbsent("nextIdempotencyKey", UUID.randomUUID().toString());
        record.put("refreshing", intent.equals("production") ? Map.of("mode", "production") : Map.of());
        persist(path, record);
      }
      // Path and body are the same in each attempt.
      String[] subject = ((String) claims.get("sub")).split(":");
      Map<String, Object> body = new LinkedHashMap<>(Map.of("key", key));
      body.putAll(Json.object(record.get("refreshing")));
      Map<String, Object> answer =
          answerTo("/v1/" + subject[0] + "s/" + subject[1] + "/key", Json.write(body), (String) record.get("nextIdempotencyKey"));
      if (answer.isEmpty()) {
        System.err.println("No answer. The next run repeats the same request.");
        return tryAgain;
      }
      if (!(answer.get("key") instanceof String newKey)) {
        if (finalCodes.contains(answer.get("code"))) persist(path, Map.of("key", key));
        // An intermediary may have written the answer: removes control characters.
        System.err.println(("Refused: " + answer.get("code") + ". " + answer.get("detail")).replaceAll("\\p{Cntrl}", ""));
        return 1;
      }
      // A key that is forged, of another subject or not newer must not replace the current one.
      Map<String, Object> found = Chain.verifyKey(newKey, roots, Chain.OWN_EXPIRY);
      if (!claims.get("sub").equals(found.get("sub")) || Chain.number(found, "gen") <= Chain.number(claims, "gen")) {
        System.err.println("The answered key is of another subject or not newer; the record is unchanged.");
        return 1;
      }
      persist(path, Map.of("key", newKey));
      return 0;
    }

    /** Retries, with a new signature for each attempt. @return empty if there was no answer */
    static Map<String, Object> answerTo(String path, String body, String idempotencyKey) throws Exception {
      long ahead = 0;
      for (int attempt = 0; attempt < attempts; attempt++) {
        if (attempt > 0) Thread.sleep(ThreadLocalRandom.current().nextLong(1000L << attempt));
        try {
          Requests.Answer response = Requests.send("POST", path, body, idempotencyKey, ahead);
          Map<String, Object> answer = Json.object(Json.parse(response.text()));
          long skew = skewOf(answer);
          if (response.status() == 401 && skew != 0 && ahead == 0) ahead = skew;
          else if (response.status() < 500 && response.status() != 429) return answer;
        } catch (IOException | IllegalArgumentException | DateTimeException noAnswer) {
          continue;
        }
      }
      return Map.of();
    }

    /** Returns by how many seconds the clock is behind the server's; a larger offset must be corrected by the operator. */
    static long skewOf(Map<String, Object> problem) {
      if (!(problem.get("serverTime") instanceof String time)) return 0;
      long skew = Instant.parse(time).getEpochSecond() - Requests.now();
      return Math.abs(skew) <= mostSkewSeconds ? skew : 0;
    }

    static void assertPrivate(Path path) throws IOException {
      try {
        var others = Files.getPosixFilePermissions(path).stream().filter(right -> !right.name().startsWith("OWNER_"));
        if (others.findAny().isPresent()) throw new IllegalStateException("Other users may read " + path + ": chmod 600 " + path);
      } catch (UnsupportedOperationException windows) {
        // On this platform the folder's rights apply to the file.
      }
    }

    /** Replaces the record atomically, also in case of a power failure. Removes drafts of terminated processes. */
    static void persist(Path path, Map<String, Object> record) throws IOException {
      Path folder = path.toAbsolutePath().getParent();
      String own = path.getFileName() + ".draft.";
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, file -> file.getFileName().toString().startsWith(own))) {
        for (Path file : left) Files.delete(file);
      }
      Path draft = Files.createTempFile(folder, own, ".tmp");  // readable by its owner only, on POSIX
      try (FileChannel file = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.wrap(Json.write(record).getBytes(StandardCharsets.UTF_8)));
        file.force(true);
      }
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      } catch (IOException windows) {
        // On this platform a folder cannot be opened, and the move is synchronous.
      }
    }

    /** Returns the time of the refresh: ten days before expiry, and up to 36 h later, derived from the key. */
    static long dueAt(Map<String, Object> claims) {
      return (Long) claims.get("exp") - 10 * day + Integer.toUnsignedLong(hash32((String) claims.get("jti"))) % (36 * hour);
    }

    /** FNV-1a with the finalizer of MurmurHash3; not cryptographic. */
    static int hash32(String text) {
      int hash = 0x811c9dc5;
      for (char character : text.toCharArray()) hash = (hash ^ character) * 0x01000193;
      hash = (hash ^ hash >>> 16) * 0x85ebca6b;
      hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
      return hash ^ hash >>> 16;
    }
  }

  /** Verifies down from a pinned Root, offline (docs/trust-chain.md has the rules). */
  static final class Chain {
    /** as of the second before its own expiry: was it ever valid? */
    static final long OWN_EXPIRY = -1;

    static final int skewSeconds = 60, maxLength = 4096;
    static final String org = "[a-z][a-z0-9]{1,11}", enterprise = org + "-[a-z2-7]{16}", site = enterprise + "-[a-z2-7]{17}";
    static final String application = "(?!self(?![a-z0-9-]))[a-z][a-z0-9-]{1,23}", hash = "[A-Za-z0-9_-]{43}";
    static final Predicate<Object> anyText = value -> value instanceof String;
    static final Predicate<Object> whole = value -> value instanceof Long number && number > 0 && number < 1L << 53;
    static final Predicate<Object> truth = value -> value instanceof Boolean;
    static final Predicate<Object> jti = text("[A-Za-z0-9_-]{22}"), mode = text("production|dev");
    static final Predicate<Object> dead =
        text("key-not-genuine|key-unknown|key-expired|key-superseded|suspended|deleted|dormant");
    static final Map<String, Predicate<Object>> publicKey =
        Map.of("kty", text("EC"), "crv", text("P-256"), "x", text(hash), "y", text(hash));
    static final Map<String, Predicate<Object>> times = Map.of("iat", whole, "nbf", whole, "exp", whole);
    static final Map<String, Predicate<Object>> link =
        with(times, Map.of("cnf", cnf -> hasExactly(cnf, Map.of("jwk", jwk -> hasExactly(jwk, publicKey, Map.of())), Map.of())));
    static final Map<String, Predicate<Object>> key = with(times,
        Map.of("org", text(org), "ent", text(enterprise), "app", text(application), "gen", whole, "jti", jti));
    static final Map<String, Predicate<Object>> header = Map.of("alg", text("ES256"), "typ", anyText, "kid", text(hash));

    /** Parent of a level, its required and optional claims, and the condition on them. */
    record Level(String above, Map<String, Predicate<Object>> required, Map<String, Predicate<Object>> optional,
        Predicate<Map<String, Object>> together) {}

    static final Map<String, Level> levels = Map.of(
        "org-link+jwt",
        new Level("root", with(link, Map.of("iss", text("root"), "sub", text("org:" + org))), Map.of(), claims -> true),
        "enterprise-link+jwt",
        new Level("org-link+jwt", with(link, Map.of("iss", text("org:" + org), "sub", text("enterprise:" + enterprise))), Map.of(),
            Chain::isOfItsOrg),
        "responder-link+jwt",
        new Level("org-link+jwt", with(link, Map.of("iss", text("org:" + org), "sub", text("responder:" + org))), Map.of(),
            Chain::isOfItsOrg),
        "site-key+jwt",
        new Level("enterprise-link+jwt",
            with(key, Map.of("iss", text("enterprise:" + enterprise), "sub", text("site:" + site), "mode", mode)), Map.of(),
            claims -> standsTogether(claims) && say(claims, "sub").startsWith("site:" + claims.get("ent") + "-")),
        "enterprise-key+jwt",
        new Level("enterprise-link+jwt",
            with(key, Map.of("iss", text("enterprise:" + enterprise), "sub", text("enterprise:" + enterprise))), Map.of(),
            claims -> standsTogether(claims) && claims.get("sub").equals(claims.get("iss"))),
        "verdict+jwt",
        new Level("responder-link+jwt",
            with(times, Map.of("iss", text("responder:" + org), "aud", anyText, "nonce", anyText, "valid", truth)),
            Map.of("sub", anyText, "jti", jti, "reason", dead, "mode", mode), claims -> true));

    record Token(String kid, Map<String, Object> claims, byte[] signed, byte[] signature) {}

    record Parent(String sub, Map<String, Object> jwk, String kid, long nbf, long exp) {}

    /** Returns the claims of `leaf ~ parent link ~ org link`. @param at seconds since 1970, or OWN_EXPIRY */
    static Map<String, Object> verifyChain(String text, String typ, List<Map<String, Object>> roots, long at) {
      if (text.length() > maxLength) throw new Refused("malformed", "the token is too long");
      String[] parts = text.split("~", 2);
      if (parts.length < 2) throw new Refused("broken-chain", "the token has no chain");
      Token leaf = parseToken(parts[0], typ);
      Parent parent = verifiedLink(parts[1], levels.get(typ).above, roots);
      checkUnder(leaf, parent);
      long exp = number(leaf.claims, "exp");
      long now = at == OWN_EXPIRY ? exp - 1 : at;
      checkTimes(parent.nbf, parent.exp, now);
      checkTimes(number(leaf.claims, "nbf"), exp, now);
      return leaf.claims;
    }

    /** Returns the claims of a site key or an enterprise key. */
    static Map<String, Object> verifyKey(String text, List<Map<String, Object>> roots, long at) {
      byte[] head = decode(text.split("\\.", 2)[0]);
      boolean isOfEnterprise = head != null && new String(head, StandardCharsets.UTF_8).contains("\"enterprise-key+jwt\"");
      return verifyChain(text, isOfEnterprise ? "enterprise-key+jwt" : "site-key+jwt", roots, at);
    }

    /** Returns the claims of a verdict about this key that answers this request. */
    static Map<String, Object> verifyVerdict(String text, List<Map<String, Object>> roots, long at, String nonce, String audience,
        String jti, String sub) {
      Map<String, Object> claims = verifyChain(text, "verdict+jwt", roots, at);
      if (!claims.get("aud").equals(audience)) throw new Refused("other-audience", "the verdict is for another application");
      if (!claims.get("iss").equals("responder:" + audience.replaceFirst("^application:", "").split("/")[0]))
        throw new Refused("other-org", "the verdict is of another Org");
      if (!claims.get("nonce").equals(nonce)) throw new Refused("other-nonce", "the verdict answers another request");
      if (!Objects.equals(claims.get("jti"), jti) || !Objects.equals(claims.get("sub"), sub))
        throw new Refused("other-key", "the verdict is about another key");
      return claims;
    }

    static Parent verifiedLink(String chain, String typ, List<Map<String, Object>> roots) {
      String[] parts = chain.split("~", 2);
      Token token = parseToken(parts[0], typ);
      String above = levels.get(typ).above;
      if (above.equals("root") == (parts.length == 2)) throw new Refused("broken-chain", "the chain has a wrong number of links");
      Parent parent = above.equals("root") ? pinnedRoot(token.kid, roots) : verifiedLink(parts[1], above, roots);
      checkUnder(token, parent);
      Map<String, Object> jwk = Json.object(Json.object(token.claims.get("cnf")).get("jwk"));
      long begins = Math.max(number(token.claims, "nbf"), parent.nbf);
      return new Parent(say(token.claims, "sub"), jwk, thumbprint(jwk), begins, number(token.claims, "exp"));
    }

    static Parent pinnedRoot(String kid, List<Map<String, Object>> roots) {
      for (Map<String, Object> jwk : roots)
        if (thumbprint(jwk).equals(kid)) return new Parent("root", jwk, kid, 0, Long.MAX_VALUE);
      throw new Refused("unknown-root", "the chain does not end at a pinned Root");
    }

    static Token parseToken(String text, String typ) {
      String[] parts = text.split("\\.", -1);
      byte[] signature = parts.length == 3 ? decode(parts[2]) : null;
      if (signature == null || signature.length != 64) throw new Refused("malformed", "not a compact ES256 JWS");
      Object head = parsePart(parts[0]);
      if (!hasExactly(head, header, Map.of())) throw new Refused("malformed", "the header has other members, or another algorithm");
      if (!Json.object(head).get("typ").equals(typ)) throw new Refused("wrong-type", "something else stands where a " + typ + " belongs");
      Object payload = parsePart(parts[1]);
      Level level = levels.get(typ);
      if (!hasExactly(payload, level.required, level.optional) || !level.together.test(Json.object(payload)))
        throw new Refused("malformed", "the payload is not what this level carries");
      byte[] signed = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
      return new Token(say(Json.object(head), "kid"), Json.object(payload), signed, signature);
    }

    static Object parsePart(String encoded) {
      byte[] bytes = decode(encoded);
      if (bytes == null) throw new Refused("malformed", "a part is not canonical base64url");
      try {
        return Json.parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      } catch (CharacterCodingException | IllegalArgumentException | StackOverflowError notJson) {
        throw new Refused("malformed", "a part is no JSON");
      }
    }

    static void checkUnder(Token child, Parent parent) {
      if (!child.kid.equals(parent.kid)) throw new Refused("broken-chain", "it was signed by another key than its parent vouches for");
      if (!child.claims.get("iss").equals(parent.sub)) throw new Refused("broken-chain", "its issuer is not its parent");
      if (number(child.claims, "exp") > parent.exp) throw new Refused("outlives-parent", "it ends after its parent");
      if (!hasSigned(parent.jwk, child.signed, child.signature)) throw new Refused("bad-signature", "its signature is wrong");
    }

    static void checkTimes(long nbf, long exp, long now) {
      if (now < nbf - skewSeconds) throw new Refused("not-yet-valid", "it is not valid yet");
      if (now >= exp) throw new Refused("expired", "it has expired");
    }

    /** The signature is r‖s, 64 bytes (RFC 7518 section 3.4). */
    static boolean hasSigned(Map<String, Object> jwk, byte[] signed, byte[] signature) {
      byte[] x = decode(say(jwk, "x")), y = decode(say(jwk, "y"));
      if (x == null || y == null) return false;
      try {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec p256 = curve.getParameterSpec(ECParameterSpec.class);
        ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
        if (!isOn(p256, point)) return false;
        Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
        verifier.initVerify(KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, p256)));
        verifier.update(signed);
        return verifier.verify(signature);
      } catch (GeneralSecurityException refused) {
        return false;
      }
    }

    /** Not every JDK checks that a point is on its curve. */
    static boolean isOn(ECParameterSpec spec, ECPoint point) {
      BigInteger p = ((ECFieldFp) spec.getCurve().getField()).getP(), x = point.getAffineX(), y = point.getAffineY();
      BigInteger right = x.pow(3).add(spec.getCurve().getA().multiply(x)).add(spec.getCurve().getB());
      return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.pow(2).subtract(right).mod(p).signum() == 0;
    }

    /** RFC 7638. */
    static String thumbprint(Map<String, Object> jwk) {
      String members = "{\"crv\":\"%s\",\"kty\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}"
          .formatted(jwk.get("crv"), jwk.get("kty"), jwk.get("x"), jwk.get("y"));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(members.getBytes(StandardCharsets.US_ASCII)));
    }

    /** @return null unless the text is canonical: base64url, no padding, no unused bits */
    static byte[] decode(String text) {
      try {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text) ? bytes : null;
      } catch (IllegalArgumentException notBase64url) {
        return null;
      }
    }

    static List<Map<String, Object>> readRoots(Path path) {
      try {
        Object pinned = Json.parse(Files.readString(path));
        List<Map<String, Object>> roots = (pinned instanceof List<?> several ? several.stream() : Stream.ofNullable(pinned)).map(Json::object).toList();
        for (var jwk : roots) jwk.keySet().retainAll(publicKey.keySet());
        if (!roots.isEmpty() && roots.stream().allMatch(jwk -> hasExactly(jwk, publicKey, Map.of()))) return roots;
      } catch (IOException | IllegalArgumentException fault) {
        throw new ConfigurationException(path + " is invalid: expected a pinned Root. " + fault);
      }
      throw new ConfigurationException(path + " is invalid: expected the Root that the vendor published, a P-256 public key as a JWK.");
    }

    static boolean hasExactly(Object value, Map<String, Predicate<Object>> required, Map<String, Predicate<Object>> optional) {
      if (!(value instanceof Map<?, ?> members) || !members.keySet().containsAll(required.keySet())) return false;
      Map<String, Predicate<Object>> all = with(required, optional);
      return members.entrySet().stream().allMatch(member -> {
        Predicate<Object> rule = all.get(member.getKey());
        return rule != null && rule.test(member.getValue());
      });
    }

    static boolean isOfItsOrg(Map<String, Object> claims) {
      return say(claims, "sub").split("[:/-]")[1].equals(say(claims, "iss").substring("org:".length()));
    }

    static boolean standsTogether(Map<String, Object> claims) {
      return claims.get("iss").equals("enterprise:" + claims.get("ent")) && say(claims, "ent").startsWith(claims.get("org") + "-");
    }

    static Predicate<Object> text(String pattern) {
      return value -> value instanceof String text && text.matches(pattern);
    }

    static Map<String, Predicate<Object>> with(Map<String, Predicate<Object>> some, Map<String, Predicate<Object>> more) {
      Map<String, Predicate<Object>> all = new LinkedHashMap<>(some);
      all.putAll(more);
      return all;
    }

    static String say(Map<String, Object> claims, String name) {
      return (String) claims.get(name);
    }

    static long number(Map<String, Object> claims, String name) {
      return (Long) claims.get(name);
    }
  }

  /** A parser for the part of RFC 8259 that tokens and answers use: integers are Long, other numbers Double. */
  static final class Json {
    private final String text;
    private int at;

    private Json(String text) {
      this.text = text;
    }

    /** @throws IllegalArgumentException if the text is not JSON */
    static Object parse(String text) {
      Json json = new Json(text);
      Object value = json.value();
      json.blanks();
      if (json.at != text.length()) throw json.wrong();
      return value;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
      if (value instanceof Map) return (Map<String, Object>) value;
      throw new IllegalArgumentException("no JSON object");
    }

    static String write(Object value) {
      if (value instanceof Map<?, ?> members)
        return members.entrySet().stream().map(member -> write(member.getKey()) + ":" + write(member.getValue()))
            .collect(Collectors.joining(",", "{", "}"));
      if (value instanceof List<?> items) return items.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
      return value instanceof String text ? quoted(text) : String.valueOf(value);
    }

    private static String quoted(String text) {
      return text.chars().mapToObj(c -> c == '"' || c == '\\' ? "\\" + (char) c : c < ' ' ? "\\u%04x".formatted(c) : "" + (char) c)
          .collect(Collectors.joining("", "\"", "\""));
    }

    private Object value() {
      blanks();
      char first = at < text.length() ? text.charAt(at) : ' ';
      if (first == '{') return members();
      if (first == '[') return items();
      if (first == '"') return string();
      for (var word : Arrays.asList(Map.entry("true", true), Map.entry("false", false), Map.entry("null", "")))
        if (text.startsWith(word.getKey(), at)) {
          at += word.getKey().length();
          return word.getKey().equals("null") ? null : word.getValue();
        }
      return number();
    }

    private Map<String, Object> members() {
      Map<String, Object> members = new LinkedHashMap<>();
      if (isEmpty('}')) return members;
      do {
        blanks();
        String name = string();
        blanks();
        expect(':');
        members.put(name, value());
      } while (goesOn('}'));
      return members;
    }

    private List<Object> items() {
      List<Object> items = new ArrayList<>();
      if (isEmpty(']')) return items;
      do items.add(value());
      while (goesOn(']'));
      return items;
    }

    private String string() {
      expect('"');
      StringBuilder string = new StringBuilder();
      for (;;) {
        if (at >= text.length()) throw wrong();
        char c = text.charAt(at++);
        if (c == '"') return string.toString();
        if (c < ' ') throw wrong();
        string.append(c == '\\' ? escaped() : c);
      }
    }

    private char escaped() {
      char c = at < text.length() ? text.charAt(at++) : ' ';
      if (c == 'u' && text.substring(at).matches("(?s)[0-9a-fA-F]{4}.*"))
        return (char) Integer.parseInt(text.substring(at, at += 4), 16);
      int index = "\"\\/bfnrt".indexOf(c);
      if (index < 0) throw wrong();
      return "\"\\/\b\f\n\r\t".charAt(index);
    }

    private Number number() {
      var matcher = java.util.regex.Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?").matcher(text).region(at, text.length());
      if (!matcher.lookingAt()) throw wrong();
      at = matcher.end();
      boolean isWhole = matcher.group(2) == null && matcher.group(3) == null && matcher.group().length() < 19;
      return isWhole ? (Number) Long.valueOf(matcher.group()) : Double.valueOf(matcher.group());
    }

    private boolean isEmpty(char end) {
      at++;
      blanks();
      if (at >= text.length() || text.charAt(at) != end) return false;
      at++;
      return true;
    }

    private boolean goesOn(char end) {
      blanks();
      if (at < text.length() && text.charAt(at) == ',') {
        at++;
        return true;
      }
      expect(end);
      return false;
    }

    private void expect(char c) {
      if (at >= text.length() || text.charAt(at) != c) throw wrong();
      at++;
    }

    private void blanks() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private IllegalArgumentException wrong() {
      return new IllegalArgumentException("no JSON, at " + at);
    }
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
