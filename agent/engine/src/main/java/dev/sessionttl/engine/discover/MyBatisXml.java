package dev.sessionttl.engine.discover;

import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The statements of a MyBatis mapper.
 *
 * @param namespace the binary name of its interface
 * @param statements their texts by the names of the interface's methods
 */
record MyBatisXml(String namespace, Map<String, String> statements) {
    private static final MyBatisXml NONE = new MyBatisXml("", Map.of());

    /** Empty of an XML file that is no mapper. No DTD is loaded, and no entity resolved. */
    static MyBatisXml read(byte[] bytes) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
            return read(xml);
        } catch (XMLStreamException | RuntimeException noMapper) {
            return NONE;
        }
    }

    private static MyBatisXml read(XMLStreamReader xml) throws XMLStreamException {
        Map<String, String> fragments = new HashMap<>();
        Map<String, String> statements = new HashMap<>();
        String namespace = "";
        String id = "";
        boolean isFragment = false;
        StringBuilder text = new StringBuilder();
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                String name = xml.getLocalName();
                switch (name) {
                    case "mapper" -> namespace = attribute(xml, "namespace");
                    case "select", "update", "insert", "delete", "sql" -> {
                        id = attribute(xml, "id");
                        isFragment = name.equals("sql");
                        text.setLength(0);
                    }
                    case "where" -> text.append(" where ");
                    case "include" ->
                        text.append(' ')
                                .append(fragments.getOrDefault(attribute(xml, "refid"), "*"))
                                .append(' ');
                    default -> {
                        if (namespace.isEmpty()) {
                            return NONE;
                        }
                    }
                }
            } else if (event == XMLStreamConstants.CHARACTERS || event == XMLStreamConstants.CDATA) {
                text.append(xml.getText());
            } else if (event == XMLStreamConstants.END_ELEMENT
                    && xml.getLocalName().matches("select|update|insert|delete|sql")) {
                (isFragment ? fragments : statements).put(id, text.toString());
            }
        }
        return new MyBatisXml(namespace, statements);
    }

    private static String attribute(XMLStreamReader xml, String name) {
        String value = xml.getAttributeValue(null, name);
        return value == null ? "" : value;
    }
}
