import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Runs Amazon DynamoDB Local on 127.0.0.1 only; the program itself has no such option and listens on every interface. */
public final class LoopbackServer {
  public static void main(String[] arguments) throws Exception {
    DynamoDBProxyServer dynamoDb = ServerRunner.createServerFromCommandLineArgs(arguments);
    ServerConnector connector = connectorOf(dynamoDb);
    connector.setHost("127.0.0.1");
    connector.setPort(0);
    dynamoDb.start();
    System.out.println("listening on http://127.0.0.1:" + connector.getLocalPort());
    dynamoDb.join();
  }

  private static ServerConnector connectorOf(DynamoDBProxyServer dynamoDb) throws ReflectiveOperationException {
    Field server = DynamoDBProxyServer.class.getDeclaredField("server");
    server.setAccessible(true);
    Connector[] connectors = ((Server) server.get(dynamoDb)).getConnectors();
    if (connectors.length == 1 && connectors[0] instanceof ServerConnector connector) return connector;
    throw new IllegalStateException("DynamoDB Local has " + connectors.length + " connectors: expected one.");
  }
}
