import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs vectors from standard input through docs/examples/LicenseClient.java; prints what it says of each. */
final class ChainVectors {
  public static void main(String[] args) throws Exception {
    List<Object> said = new ArrayList<>();
    for (Object vector : (List<?>) LicenseClient.Json.parse(new String(System.in.readAllBytes(), StandardCharsets.UTF_8)))
      said.add(said(LicenseClient.Json.object(vector)));
    System.out.println(LicenseClient.Json.write(said));
  }

  private static Map<String, Object> said(Map<String, Object> vector) {
    List<Map<String, Object>> roots = ((List<?>) vector.get("roots")).stream().map(LicenseClient.Json::object).toList();
    long at = vector.get("at") instanceof Long seconds ? seconds : LicenseClient.Chain.OWN_EXPIRY;
    try {
      Map<String, Object> claims = vector.containsKey("verdict")
          ? LicenseClient.Chain.verifyVerdict(text(vector, "verdict"), roots, at, text(vector, "nonce"), text(vector, "audience"),
              text(vector, "jti"), text(vector, "sub"))
          : LicenseClient.Chain.verifyChain(text(vector, "token"), text(vector, "typ"), roots, at);
      return Map.of("valid", true, "claims", claims);
    } catch (LicenseClient.Refused refused) {
      return Map.of("valid", false, "reason", refused.reason);
    }
  }

  private static String text(Map<String, Object> vector, String name) {
    return (String) vector.get(name);
  }
}
